"""The doctor: what ``halokop check`` looks at, each finding with its remedy."""
