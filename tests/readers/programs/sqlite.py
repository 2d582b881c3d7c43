"""SQLite's json_extract."""


def parser(module):
    """Of the sqlite3 in Python, or of apsw, which brings a newer one."""
    connection = getattr(module, "connect", None) or module.Connection
    database = connection(":memory:")

    def parse(body):
        members = {}
        for name in ("type", "kind"):
            kind, value = next(
                iter(database.execute("SELECT json_type(?1, ?2), json_extract(?1, ?2)", (body.decode(), f"$.{name}")))
            )
            if kind is not None:
                members[name] = value if kind == "text" else None
        return members

    return parse
