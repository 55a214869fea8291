from __future__ import annotations


def title(text: str) -> str:
    return text.title()
