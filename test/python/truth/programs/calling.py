"""Calls that wait for nothing: recursion, generators, C functions that call back. They need no greenlet."""
import functools
import re

from clock import t
from programs import program


@program()
def recursion(probe):
    """A function that calls itself, and two that call each other.

    call                1    1 10    1 10
    down                4/1  4  4    4  4
      < call            1    1  4    1  4
      < down            3/1  3  3    3  3
    even                3/1  3  5    3  5
      < call            1    1  5    1  5
      < odd             2/1  2  3    2  3
    odd                 2/1  2  4    2  4
      < even            2/1  2  4    2  4
    elapsed 10  active 10
    """
    def call():
        t.now += 1
        down(3)
        even(4)

    def down(n):
        t.now += 1
        if n:
            down(n - 1)

    def even(n):
        t.now += 1
        if n:
            odd(n - 1)

    def odd(n):
        t.now += 1
        if n:
            even(n - 1)
    probe(call)


@program()
def generators(probe):
    """Every turn of a generator is a call, by a loop or by a C function; one is left before its end.

    call                1    2 16    2 16
    numbers             7    9  9    9  9
      < call            3    4  4    4  4
      < C:sum           3    4  4    4  4
      < C:next          1    1  1    1  1
    C:sum               1    0  4    0  4
      < call            1    0  4    0  4
    C:next              1    0  1    0  1
      < call            1    0  1    0  1
    delegating          3    2  5    2  5
      < call            3    2  5    2  5
    parts               3    3  3    3  3
      < delegating      3    3  3    3  3
    """
    def call():
        for _ in numbers():
            t.now += 1                      # twice
        sum(numbers())
        next(left)
        for _ in delegating():
            pass

    def numbers():
        t.now += 1
        yield 1
        t.now += 1
        yield 2
        t.now += 2

    def delegating():
        t.now += 1
        yield from parts()
        t.now += 1

    def parts():
        t.now += 1
        yield 1
        t.now += 1
        yield 2
        t.now += 1
    left = numbers()
    probe(call)


@program()
def generator_closed(probe):
    """What a generator does when it is closed or thrown into is a call too.

    call                1    1 11    1 11
    numbers             4    10 10   10 10
      < call            2    6  6    6  6
      < C:close         1    3  3    3  3
      < C:throw         1    1  1    1  1
    C:close             1    0  3    0  3
      < call            1    0  3    0  3
    C:throw             1    0  1    0  1
      < call            1    0  1    0  1
    """
    def call():
        t.now += 1
        one.close()
        try:
            other.throw(ValueError("x"))
        except ValueError:
            pass
        for _ in numbers(3):                # left at its first turn: freed, so closed, by the loop
            break

    def numbers(last):
        try:
            t.now += 3
            yield 1
        finally:
            t.now += last
    one, other = numbers(3), numbers(1)
    next(one)
    next(other)
    probe(call)


@program()
def sorted_with_a_key(probe):
    """The same function is called both directly and by C functions.

    call                1    1 12    1 12
    key                 9    9  9    9  9
      < call            2    2  2    2  2
      < C:sorted        3    3  3    3  3
      < C:sum           2    2  2    2  2
      < C:max           2    2  2    2  2
    C:sorted            1    0  3    0  3
      < call            1    0  3    0  3
    C:sum               1    0  2    0  2
      < call            1    0  2    0  2
    C:max               1    0  2    0  2
      < call            1    0  2    0  2
    C:sub               1    0  2    0  2
      < call            1    0  2    0  2
    letter              2    2  2    2  2
      < C:sub           2    2  2    2  2
    elapsed 12  active 12
    """
    pattern = re.compile("[ab]")

    def call():
        key(1)
        sorted([3, 1, 2], key=key)
        sum(map(key, [1, 2]))
        max([1, 2], key=key)
        pattern.sub(letter, "a-b")
        t.now += 1
        key(2)

    def key(n):
        t.now += 1
        return n

    def letter(_):
        t.now += 1
        return ""
    probe(call)


@program()
def c_functions_within_each_other(probe):
    """A C function below itself, by way of Python.

    call                1    0 11    0 11
    C:sorted            3/1  0 11    0 11
      < call            1    0 11    0 11
      < outer           2    0  8    0  8
    outer               2    3 11    3 11
      < C:sorted        2    3 11    3 11
    inner               4    8  8    8  8
      < C:sorted        4    8  8    8  8
    """
    def call():
        sorted([1, 2], key=outer)

    def outer(n):
        t.now += n
        return sorted([1, 2], key=inner)

    def inner(n):
        t.now += 2
        return n
    probe(call)


@program()
def reduced_and_partial(probe):
    """functools: what it calls for somebody is called by that, or by the C function that it is.

    call                1    1  7    1  7
    both                3    6  6    6  6
      < C:reduce        2    4  4    4  4
      < call            1    2  2    2  2
    C:reduce            1    0  4    0  4
      < call            1    0  4    0  4
    """
    def call():
        t.now += 1
        functools.reduce(both, [1, 2, 3])
        bound(1)

    def both(a, b):
        t.now += 2
        return a + b
    bound = functools.partial(both, 1)
    probe(call)


@program()
def caller_is_long_on_the_stack(probe):
    """The capture begins deep in the stack and ends above where it began: returns with no call are none.

    work                2    3  3    3  3
    C:len               2    0  0    0  0
      < work            2    0  0    0  0
    elapsed 6  active 6
    """
    held = {}

    def outer():
        inner()
        t.now += 2
        work(2)
        probe.stop(held["session"])

    def inner():
        deepest()
        t.now += 1

    def deepest():
        held["session"] = probe.start()
        work(1)

    def work(n):
        t.now += n
        len("x")
    outer()


@program()
def with_one_that_fails(probe):
    """Exceptions out of C functions that call back, and out of generators.

    call                1    1  7    1  7
    key                 1    2  2    2  2
      < C:sorted        1    2  2    2  2
    C:sorted            1    0  2    0  2
      < call            1    0  2    0  2
    numbers             2    4  4    4  4
      < C:sum           2    4  4    4  4
    C:sum               1    0  4    0  4
      < call            1    0  4    0  4
    """
    def call():
        try:
            sorted([1, 2], key=key)
        except ValueError:
            t.now += 1
        try:
            sum(numbers())
        except KeyError:
            pass

    def key(_):
        t.now += 2
        raise ValueError("x")

    def numbers():
        t.now += 1
        yield 1
        t.now += 3
        raise KeyError("x")
    probe(call)


@program()
def within_itself(probe):
    """A capture that would begin inside of another one belongs to that one, which goes on.

    call                1    2  6    2  6
    inner               2    4  4    4  4
      < call            1    2  2    2  2
    elapsed 6  active 6
    """
    def call():
        t.now += 1
        probe.nested(inner)
        inner()
        t.now += 1

    def inner():
        t.now += 2
    probe(call)
