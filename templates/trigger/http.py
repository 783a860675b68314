# Sends one request to an API of OpenStack, with the credentials of the environment, or to any address, without any.
# The token stays in this process. REQUEST: {"method", "path", "service", "body"}. Prints status and size of the answer.
import json
import sys


def plain(request, data, headers):
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    made = Request(request["path"], data=data, headers=headers, method=request["method"])
    try:
        with urlopen(made) as answer:
            return answer.status, answer.read()
    except HTTPError as e:
        return e.code, e.read()


def with_token(request, data, headers):
    import openstack

    session = openstack.connect().session
    where = {"service_type": request["service"]}
    answer = session.request(request["path"], request["method"], endpoint_filter=where, data=data, headers=headers,
                             raise_exc=False)
    return answer.status_code, answer.content


def main(request):
    body = request["body"]
    data = None if body is None else body.encode("utf-8")
    headers = {"Accept": "application/json"}
    if data is not None:
        headers["Content-Type"] = "application/json"
    send = plain if request["path"].startswith("http") else with_token
    try:
        status, answer = send(request, data, headers)
    except Exception as e:
        sys.exit("%s: %s" % (type(e).__name__, e))
    print("%s %s: %d, %d bytes" % (request["method"], request["path"], status, len(answer)))
    if status >= 400:
        sys.exit("%d: %s" % (status, answer[:300].decode("utf-8", "replace")))


main(json.loads(REQUEST))
