"""The monthly and yearly report as plain values for its Word template."""
