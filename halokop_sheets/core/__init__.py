"""The pure core: snapshot, settings and now in; a plan out. No I/O, no clock, no chance below this line."""
