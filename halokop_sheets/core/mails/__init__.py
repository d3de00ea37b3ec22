"""Which mails are due, to whom, and what each of them says."""
