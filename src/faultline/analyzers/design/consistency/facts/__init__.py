"""Facts: what a text, a specification and a deployment each say of one quantity of one component.

fact.py         the one shape of them, and how quantities are written
spoken.py       read from sentences
configured.py   read from variables, annotations, labels, resources and configuration of proxies
specified.py    read from specifications
compared.py     which of them speak of the same thing, and differ
"""
