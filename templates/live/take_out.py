def take_out(target):
    """Give the function the very code back that it had."""
    live = vars(sys)[LIVE]
    record = live.pop(os.path.join(DIRECTORY, target["runtime"]), None)
    if record is None:
        return {"state": "out"}
    # another probe may have been put around this one since: then it is that one's copy of the function that has our code
    for holder in [record["function"]] + [r["original"] for r in live.values()]:
        if holder.__code__ is record["code"]:
            holder.__code__ = record["original"].__code__
            break
    else:
        return {"state": "out", "why": "somebody has changed the function since"}
    if record["function"].__dict__.get("__signature__") is record.get("signature", record):
        del record["function"].__signature__
    return {"state": "out"}


each(take_out)
