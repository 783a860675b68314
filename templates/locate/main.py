"""The request, and the answer."""


def main():
    sys.setrecursionlimit(10000)
    request = json.loads(REQUEST)  # noqa: F821  set by the line that profkit puts before this program
    for folder in reversed(request.get("path", [])):
        sys.path.insert(0, folder)
    try:
        answer = {"locate": locate, "at": at, "search": search, "check": check}[request["op"]](request)
    except SyntaxError as e:
        answer = {"missing": "syntax", "why": "%s line %s: %s" % (e.filename, e.lineno, e.msg)}
    print(json.dumps(answer))


main()
