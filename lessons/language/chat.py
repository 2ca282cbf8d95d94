"""A conversation as SmolLM2's template writes it (`tokenizer.chat_template` in its file). Needs no torch."""

from collections.abc import Sequence

TURN = "<|im_start|>{role}\n{text}<|im_end|>\n"
FIRST = "system", "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
ANSWER = "<|im_start|>assistant\n"


def conversation(turns: Sequence[tuple[str, str]]) -> str:
    """A conversation, of (role, text), as the model was trained to continue it. `turns`: role and text of each."""
    return "".join(TURN.format(role=role, text=text) for role, text in (FIRST, *turns)) + ANSWER
