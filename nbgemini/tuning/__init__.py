"""Finding out what a prompt does: sweeps of many shots through one studio, each asked and paid for once.

Begin with `sweeping`, the verbs: it makes a plan of a wish, chooses the run on disk to go on with, and lets it run.
`front` is what `nbgemini.sweep` and its kin are; `gathering` puts any pictures on one sheet. Below: `wishes` (what is
asked, as values, and which run that is), `shooting` (shots on their way) and `holding` (the grid that users hold, and
where its shots stand on a sheet).

`carrying` carries a sweep through, `batch` does so as jobs at half the price that any kernel collects, and `finding`
looks for any picture of the store. The plan, the claims and the ends of shots are lines of one file for each run
(`store/sweeps`); what became of a shot is told by the store as a whole (`shooting/fates`), so that a kill at any moment
leaves it known. Answers become turns beside the branch that the conversation is on: shots never wait for each other,
and the head stays where it was until one is picked. Not here: how a sheet is shown (`notebook/contact`), and what is
sent (`studio`).
"""
