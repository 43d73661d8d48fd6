"""What only several records tell together: texts that all end at one length, the rest of a cut text, one work on several pages.

Pure functions over records. They read them twice: first what is there (`Cuts`, `WholeTexts`, `group`), then each to be changed.
"""
