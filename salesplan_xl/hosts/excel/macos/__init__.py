"""Excel for Mac: the script that its buttons start, and the actions that go on behind it. Nobody has run this yet.

Excel for Mac lives within walls: it may start nothing but a script of this user in one folder, and it stands still
until that script has answered. So the script starts a Python that answers at once, and an action goes on in another,
which works on the open workbook while Excel is free and leaves a note of how it stands.
"""
