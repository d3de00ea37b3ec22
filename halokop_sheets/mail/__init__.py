"""Mail: what is written in it, who has been promised it, and how it leaves (see ``delivery``)."""
