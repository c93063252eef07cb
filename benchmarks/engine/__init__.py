"""The engine at the size of a study: its speed beside the mere decoding of the text, and its faults."""
