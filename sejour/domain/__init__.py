"""The pure domain: no input or output, no clock, no logging, no translation. Every answer depends on the arguments alone."""
