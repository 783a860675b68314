"""Greenlets with no hub: switched to, thrown into, forgotten."""
import greenlet

from clock import t
from programs import program


@program("greenlet")
def switched_to_directly(probe):
    """A greenlet that the call switches to belongs to it, with what it does when it is its turn again.

    call                     1  2  8   2  2
    child                    1  6  7   6  6
    C:switch                 3  7  7   0  0
      < call                 2  6  6   0  0
      < child                1  1  1   0  0
    C:getcurrent             1  0  0   0  0
      < call                 1  0  0   0  0
    wait 6 call
    wait 1 child
    elapsed 8  active 2  greenlets 2
    """
    def call():
        parent = greenlet.getcurrent()
        t.now += 1                          # 0 to 1
        other = greenlet.greenlet(child)
        other.switch(parent)                # 1 to 3
        t.now += 1                          # 3 to 4
        other.switch()                      # 4 to 8: it ends

    def child(parent):
        t.now += 2
        parent.switch()
        t.now += 4
    probe(call)


@program("greenlet")
def ping_pong(probe):
    """Two children switch to each other; one starts a grandchild below a call; each waits where it switched.

    call                     1  1 11   1  1
    ping                     1  3 11   3  3
    pong                     1  2  9   2  3
    below                    1  1  5   1  1
      < pong                 1  1  5   1  1
    grandchild               1  4  4   4  4
    C:switch                 5 24 24   0  0
      < call                 1 10 10   0  0
      < ping                 2  8  8   0  0
      < pong                 1  2  2   0  0
      < below                1  4  4   0  0
    C:getcurrent             1  0  0   0  0
      < call                 1  0  0   0  0
    wait 10 call
    wait 8 ping
    wait 2 pong
    wait 4 pong;below
    elapsed 11  active 1  greenlets 4
    """
    def call():
        children = {}
        children["parent"] = greenlet.getcurrent()
        children["ping"] = greenlet.greenlet(ping)
        children["pong"] = greenlet.greenlet(pong)
        children["ping"].switch(children)   # 0 to 10
        t.now += 1                          # 10 to 11

    def ping(children):
        t.now += 1                          # 0 to 1
        children["pong"].switch(children)   # 1 to 2
        t.now += 2                          # 2 to 4
        children["pong"].switch()           # from 4: pong ends, and with that call goes on

    def pong(children):
        t.now += 1                          # 1 to 2
        children["ping"].switch()           # 2 to 4
        below()
        t.now += 1                          # 9 to 10

    def below():
        t.now += 1
        greenlet.greenlet(grandchild).switch()

    def grandchild():
        t.now += 4
    probe(call)


@program("greenlet")
def thrown_into(probe):
    """Errors thrown into greenlets: into one that waits, and catches; one that does not; one that has not begun.

    call                     1  3 10   3  3
    child                    2  7 15   7  7
    C:switch                 4 12 12   0  0
      < call                 2  4  4   0  0
      < child                2  8  8   0  0
    C:throw                  3  3  3   0  0
      < call                 3  3  3   0  0
    C:getcurrent             1  0  0   0  0
      < call                 1  0  0   0  0
    wait 7 call
    wait 8 child
    elapsed 10  active 3
    """
    def call():
        parent = greenlet.getcurrent()
        one, two, three = greenlet.greenlet(child), greenlet.greenlet(child), greenlet.greenlet(child)
        one.switch(parent)                  # 0 to 2
        two.switch(parent)                  # 2 to 4
        t.now += 1
        one.throw(ValueError("x"))          # 5 to 8
        t.now += 1
        try:
            two.throw(KeyError("x"))        # 9 to 9: out of it, and into its parent
        except KeyError:
            t.now += 1                      # 9 to 10
        three.throw()                       # it never runs

    def child(parent):
        t.now += 2
        try:
            parent.switch()                 # one from 2 to 5, two from 4 to 9
        except ValueError:
            t.now += 3
    probe(call)


@program("greenlet")
def forgotten(probe):
    """A greenlet that nothing refers to any more is ended by Python, and works while it ends.

    call                     1  3  5   1  1
    child                    1  4  4   4  4
    C:switch                 2  2  2   0  0
      < call                 1  2  2   0  0
      < child                1  0  0   0  0
    C:getcurrent             1  0  0   0  0
      < call                 1  0  0   0  0
    wait 4 call
    elapsed 5  active 1
    """
    def call():
        parent = greenlet.getcurrent()
        other = greenlet.greenlet(child)
        other.switch(parent)                # 0 to 2
        del other                           # 2 to 4: the wait is the call's own, there is no function for it
        t.now += 1

    def child(parent):
        try:
            t.now += 2
            parent.switch()
        finally:
            t.now += 2
    probe(call)


@program("greenlet")
def outsiders_switch(probe):
    """A capture in a greenlet, which gives way to ones that are not its own, and they to theirs.

    call                     1  2  9   2  2
    C:switch                 2  7  7   0  0
      < call                 2  7  7   0  0
    wait 7 call
    elapsed 9  active 2  greenlets 1
    """
    main = greenlet.getcurrent()

    def call():
        t.now += 1
        main.switch()                       # 1 to 7
        t.now += 1
        other.switch()                      # 8 to 9, it was there before
    one = greenlet.greenlet(lambda: probe(call))

    def strange():
        main.switch()
        t.now += 1
        one.switch()
    other = greenlet.greenlet(strange)
    other.switch()
    one.switch()
    t.now += 6
    greenlet.greenlet(lambda: None).switch()
    one.switch()


@program("greenlet")
def suspended_at_the_end(probe):
    """A child that waits when the capture ends has what has been; it goes on afterwards unharmed.

    call                     1  1  5   1  1
    child                    1  3  5   3  4
    deeper                   1  1  2   1  1
      < child                1  1  2   1  1
    C:switch                 2  5  5   0  0
      < call                 1  4  4   0  0
      < deeper               1  1  1   0  0
    C:getcurrent             1  0  0   0  0
      < call                 1  0  0   0  0
    wait 4 call
    wait 1 child;deeper
    elapsed 5  active 1
    """
    kept = []

    def call():
        kept[:] = [greenlet.greenlet(child)]
        kept[0].switch(greenlet.getcurrent())
        t.now += 1                          # 4 to 5

    def child(parent):
        t.now += 3
        deeper(parent)
        t.now += 1000

    def deeper(parent):
        t.now += 1
        parent.switch()                     # from 4, beyond the end
        t.now += 1000
    probe(call)
    kept[0].switch()
    probe.must(kept[0].dead, "the child did not go on")


@program("greenlet")
def recursion_over_greenlets(probe):
    """Every greenlet starts the next one: a function open in many greenlets is a recursion in none.

    call                     1  0  4   0  0
    nest                     4 4 10   4  4
    C:switch                 4 10 10   0  0
      < call                 1  4  4   0  0
      < nest                 3  6  6   0  0
    wait 4 call
    wait 6 nest
    elapsed 4  active 0  greenlets 5
    """
    def call():
        greenlet.greenlet(nest).switch(3)

    def nest(n):
        t.now += 1
        if n:
            greenlet.greenlet(nest).switch(n - 1)
    probe(call)


@program("greenlet")
def raises_into_its_parent(probe):
    """An error that a child does not catch comes out of the switch to it, or of one to its own child.

    call                     1  1  6   1  1
    child                    1  2  5   2  2
    grandchild               1  3  3   3  3
    C:switch                 2  8  8   0  0
      < call                 1  5  5   0  0
      < child                1  3  3   0  0
    wait 5 call
    wait 3 child
    elapsed 6  active 1
    """
    def call():
        try:
            greenlet.greenlet(child).switch()
        except ValueError:
            t.now += 1

    def child():
        t.now += 2
        greenlet.greenlet(grandchild).switch()

    def grandchild():
        t.now += 3
        raise ValueError("x")
    probe(call)


@program("greenlet")
def thousands_switched_to(probe):
    """Two thousand greenlets one after the other, at the same address most of them.

    call                     1     0  2000   0     0
    child                 2000  2000  2000  2000  2000
    C:switch              2000  2000  2000   0     0
      < call              2000  2000  2000   0     0
    wait 2000 call
    elapsed 2000  active 0  greenlets 2001
    """
    def call():
        for _ in range(2000):
            greenlet.greenlet(child).switch()

    def child():
        t.now += 1
    probe(call)


@program("greenlet")
def maker_has_ended(probe):
    """A grandchild waits when its maker ends, and still does when the capture ends.

    call                     1  1  5   1  1
    child                    1  1  4   1  1
    grandchild               1  2  4   2  3
    deeper                   1  1  2   1  1
      < grandchild           1  1  2   1  1
    C:switch                 3  8  8   0  0
      < call                 1  4  4   0  0
      < child                1  3  3   0  0
      < deeper               1  1  1   0  0
    C:getcurrent             1  0  0   0  0
      < child                1  0  0   0  0
    wait 4 call
    wait 3 child
    wait 1 grandchild;deeper
    elapsed 5  active 1
    """
    kept = {}

    def call():
        greenlet.greenlet(child).switch()   # 0 to 4
        t.now += 1

    def child():
        t.now += 1
        kept["grandchild"] = greenlet.greenlet(grandchild)
        kept["grandchild"].switch(greenlet.getcurrent())

    def grandchild(parent):
        t.now += 2
        deeper(parent)

    def deeper(parent):
        t.now += 1
        parent.switch()                     # from 4, beyond the end
    probe(call)
