"""An order on its way, in the order in which nothing paid for is lost: reserve, send, keep what came, commit.

Begin with `fulfil`, which does that for one order. An `order` is an ask with its request; each `attempt` is one
request of it, from the intent on disk to the answer, and `hearing` is who hears of it; `budget` sets money aside,
`answer_costs` tells what an answer cost, `commit` puts turns into the store, `notices` are the lines that go along.
`soundness` tells a picture that nobody can open. `importing` makes turns of what another library has; `plan` looks at
a request instead of sending it, and `recipes` spells it for shells and another library. Not here: retries and sockets
(`net`), where a request stands in its conversation (`core/continuing`), and recordings (`replay`).
"""
