"""What the project's maintainers run: `python -m tools.NAME`. No part of the package."""
