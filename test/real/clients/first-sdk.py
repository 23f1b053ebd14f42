# The first request of the official SDK for Python, with a tool: what `msg doctor --client sdk-py` makes.
import json
import os

import anthropic

with anthropic.Anthropic().messages.stream(
    model="claude-opus-4-6",
    max_tokens=1024,
    messages=[{"role": "user", "content": "hi"}],
    tools=json.loads(os.environ["TOOLS"]),
) as stream:
    stream.get_final_message()
