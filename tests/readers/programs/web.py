"""The Python web framework named by the argument, which decodes the body by its Content-Type."""

import asyncio
import sys


def said(json, key):
    if not isinstance(json, dict) or key not in json:
        return "nothing"
    if not isinstance(json[key], str):
        return "other"
    return "string " + json[key].encode("utf-8", "surrogatepass").hex()


def flask():
    from flask import Flask, request

    app = Flask("reader")
    client = app.test_client()
    app.post("/<key>")(lambda key: said(request.get_json(), key))

    def ask(key, body, content_type):
        response = client.post("/" + key, data=body, content_type=content_type)
        return response.text if response.status_code == 200 else "error"

    return ask


def rest_framework():
    import django
    from django.conf import settings

    settings.configure(ALLOWED_HOSTS=["*"], REST_FRAMEWORK={"UNAUTHENTICATED_USER": None})
    django.setup()
    from django.test import RequestFactory
    from rest_framework.exceptions import ParseError
    from rest_framework.parsers import JSONParser
    from rest_framework.request import Request

    def ask(key, body, content_type):
        request = RequestFactory().generic("POST", "/", body, content_type)
        request = Request(request, parsers=[JSONParser()])
        try:
            return said(request.data, key)
        except (ParseError, UnicodeError, RecursionError):
            return "error"

    return ask


def aiohttp():
    from aiohttp import ClientSession, web

    loop = asyncio.new_event_loop()

    async def answer(request):
        return web.Response(text=said(await request.json(), request.match_info["key"]))

    async def start():
        app = web.Application()
        app.router.add_post("/{key}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner.addresses[0][1], ClientSession()

    port, client = loop.run_until_complete(start())

    async def exchange(key, body, content_type):
        url = f"http://127.0.0.1:{port}/{key}"
        async with client.post(url, data=body, headers={"Content-Type": content_type}) as response:
            return await response.text() if response.status == 200 else "error"

    return lambda *question: loop.run_until_complete(exchange(*question))


ask = globals()[sys.argv[1]]()
for line in sys.stdin:
    key, body, content_type = line.rstrip("\n").split("\t")
    print(ask(key, bytes.fromhex(body), content_type), flush=True)
