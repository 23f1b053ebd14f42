# The official SDK for Python: a stream, a whole message, a count, an error; everything it tells is printed.
import json

import anthropic

client = anthropic.Anthropic(max_retries=1)
messages = [{"role": "user", "content": "count from 1 to 30, with a table"}]
ask = {"model": "mock-1", "max_tokens": 500, "messages": messages}

for event in client.messages.create(**ask, stream=True):
    print(event.model_dump_json())
print(client.messages.create(**ask).model_dump_json())
print(client.messages.count_tokens(model="mock-1", messages=messages).model_dump_json())
try:
    client.messages.create(**{**ask, "max_tokens": -1})
except anthropic.APIStatusError as error:
    print(json.dumps([error.status_code, error.message]))
with client.messages.stream(**ask) as stream:
    for text in stream.text_stream:
        break
