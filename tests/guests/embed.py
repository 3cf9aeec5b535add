"""Puts a manifest into a component, as the custom section `engine:plugin`."""

import sys
from pathlib import Path


def leb128(number: int) -> bytes:
    encoded = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        encoded.append(low | (0x80 if number else 0))
        if not number:
            return bytes(encoded)


def custom_section(name: bytes, content: bytes) -> bytes:
    payload = leb128(len(name)) + name + content
    return b"\x00" + leb128(len(payload)) + payload


component, manifest, output = map(Path, sys.argv[1:])
output.write_bytes(component.read_bytes() + custom_section(b"engine:plugin", manifest.read_bytes()))
