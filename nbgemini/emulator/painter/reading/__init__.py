"""What a prompt says, as values; without a picture and without a scene.

Begin with `language`: it reads a whole prompt. Before it, `tokens` splits the text and `clauses` a long wish;
`vocabulary` says what each word or phrase may mean, from the lists in `lexicon`; `circumstances` takes what is no
noun (place, hour, weather, style), and what comes out are `mentions`. `figures` reads charts and diagrams, `series`
their labels and numbers. What becomes of it is decided in arranging/ and editing/.
"""
