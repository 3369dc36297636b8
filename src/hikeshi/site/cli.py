"""`hikeshi work`: the background worker as a process of its own, when several servers share one database."""

import typer

GROUPS = {"work": "app"}

app = typer.Typer(help="裏側の仕事を続ける（複数のサーバーで使うとき） / Do the background work (when hosted)")


@app.callback(invoke_without_command=True)
def work() -> None:
    """Ctrl+C で止めるまで、頼まれた仕事（ログの調査など）を続けます / Work until stopped"""
    from hikeshi.desk.services import start_django

    start_django()
    from hikeshi.site.work import forever

    forever()
