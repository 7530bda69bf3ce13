"""Vocabularies of T5: pieces and scores of SentencePiece's own files, and tables that lead out of themselves."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from transformers import T5Tokenizer

from ddpm_studio.checkpoints.families.diffusers.pipelines.replaced_characters import is_sound
from ddpm_studio.checkpoints.families.diffusers.pipelines.t5_pieces import read_pieces
from ddpm_studio.errors import CheckpointError


def field(number: int, content: bytes) -> bytes:
    """A field of a protocol buffer that holds bytes."""
    sizes, left = bytearray(), len(content)
    while left > 127:
        sizes.append(left & 127 | 128)
        left >>= 7
    return bytes([number << 3 | 2, *sizes, left]) + content


def piece(text: str, score: float, kind: int = 1) -> bytes:
    return field(1, field(1, text.encode()) + struct.pack("<Bf", 2 << 3 | 5, score) + bytes([3 << 3, kind]))


def characters(offset: int = 65 ^ 200, start: int = 3, texts: bytes = b"\xc3\xa9\0a\0") -> bytes:
    """A table by which A becomes what stands at `start`: the first unit leads to the 65th, this to the 200th."""
    units = np.zeros(256, "<u4")
    units[65], units[200] = offset << 10 | 1 << 8 | 65, 1 << 31 | start
    return struct.pack("<I", 1024) + units.tobytes() + texts


SPIECE = (
    piece("<pad>", 0.0, 3) + piece("</s>", 0.0, 3) + piece("<unk>", 0.0, 2) + piece("▁", -2.5) + piece("a", -1.5)
) + field(2, bytes([4 << 3, 200, 1]))


def test_pieces_of_sentencepiece_make_the_tokens_of_a_text(tmp_path: Path) -> None:
    model = SPIECE + field(3, field(1, b"nmt_nfkc") + field(2, characters()))
    (tmp_path / "spiece.model").write_bytes(model)
    found = read_pieces(tmp_path)
    assert found.pieces[3:6] == [("▁", -2.5), ("a", -1.5), ("<extra_id_99>", 0.0)]
    assert len(found.pieces) == 105
    tokenizer = T5Tokenizer(list(found.pieces), _spm_precompiled_charsmap=found.characters)
    assert tokenizer("A aa").input_ids == [3, 4, 3, 4, 4, 1]


@pytest.mark.parametrize(
    "content",
    [
        *(SPIECE[:-4], b"\xff" * 20, b"\x0b", piece("a", float("inf")), b"\x0a\x03\x0a\x01\xff"),
        field(1, field(1, b"a") + field(2, b"\x00" * 3)),
    ],
)
def test_broken_models_are_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "spiece.model").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"The vocabulary in .*spiece\.model is broken; download"):
        read_pieces(tmp_path)


def test_tables_of_characters_are_followed_before_tokenizers_does_it() -> None:
    """tokenizers ends the thread for an index beyond the table."""
    assert is_sound(characters())
    wrong = [
        characters(offset=2**20),
        characters(start=9),
        characters(start=1),
        characters(texts=b"\xff\0a\0"),
        characters(texts=b""),
        characters()[:1000],
        struct.pack("<I", 6) + bytes(8),
        b"",
    ]
    assert not any(map(is_sound, wrong))
