"""Shots on their way.

`engine` claims them, asks them side by side and commits each as it comes, on the threads of `settling`; `pace` says
when one may leave; `fates` tells from the store what became of each; `shots` is what this kernel knows of one,
`asked_shot` what goes along with its request.
"""
