"""Data: the words that the painter knows.

`kinds` lists the things with their size and home, `moods` the words for place, hour, weather, style and the like,
`tongues` a few dozen everyday words of other languages. Begin with `kinds`. How a word is found in a prompt is not
decided here: see vocabulary, one floor up.
"""
