"""Exceptions that no greenlet and no switch has to do with."""
from clock import t
from programs import program


@program()
def raised_and_caught(probe):
    """Exceptions of Python and of C functions, with no wait: every return is counted once.

    call                      1  1  7   1  7
    outer                     3  3  6   3  6
      < call                  3  3  6   3  6
    inner                     3  3  3   3  3
      < outer                 3  3  3   3  3
    C:len                     3  0  0   0  0
      < inner                 3  0  0   0  0
    elapsed 7  active 7
    """
    def call():
        for _ in range(3):
            try:
                outer()
            except ValueError:
                pass
        t.now += 1

    def outer():
        try:
            inner()
        except TypeError:
            t.now += 1
            raise ValueError("x")

    def inner():
        t.now += 1
        len(5)
    probe(call)


@program()
def raises_out_of_the_call(probe):
    """The call itself ends by an exception.

    call                      1  1  3   1  3
    inner                     1  2  2   2  2
      < call                  1  2  2   2  2
    elapsed 3  active 3
    """
    def call():
        t.now += 1
        inner()

    def inner():
        t.now += 2
        raise KeyError("x")
    try:
        probe(call)
    except KeyError:
        t.now += 1
