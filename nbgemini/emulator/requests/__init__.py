"""Requests: from bytes to an Ask, or to the refusal that Google would answer.

Begin with `reader`, which names the steps. `protocol` turns bytes into known fields of the right type; `turns` reads
the conversation, `inspecting` its pictures, `earlier` the model's turns that come back with their signatures; `rules`
holds what each model takes, `counting` the tokens. What comes out is an Ask (`wanted`). Addresses are matched in
apis/; nothing is answered here.
"""
