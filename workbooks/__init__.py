"""Workbooks as a craft: typed writing, filling somebody else's, guarded reading, reading again to verify.

Pure: no Django, nothing of the programme. Each module can be imported alone; this file stays empty of
imports so that the child process starts quickly.
"""
