"""The cast of every test: 花子 owns, 太郎 helps, 三郎 belongs to another business and must see nothing."""

from typing import Any, NamedTuple

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.engines.ledger.entry import Actor

PASSWORD = "赤い消防車は坂を登る9"


class Cast(NamedTuple):
    """People and their workspaces."""

    workspace: Any
    hanako: Any
    taro: Any
    other_workspace: Any
    saburo: Any

    @property
    def actor(self) -> Actor:
        return Actor(str(self.hanako.pk), str(self.hanako), "owner")

    def open_case(self, title: str = "不正アクセス") -> Any:
        return casebook.open_case(self.workspace, self.actor, title=title)


def assemble() -> Cast:
    """Everybody, with a workspace each side."""
    from hikeshi.desk.models import Person

    hanako = Person.objects.create_user("hanako", PASSWORD, display_name="花子")
    taro = Person.objects.create_user("taro", PASSWORD, display_name="太郎")
    saburo = Person.objects.create_user("saburo", PASSWORD, display_name="三郎")
    workspace = desk.make_workspace("花子の店", owner=hanako)
    desk.add_member(workspace, taro, "technical")
    other = desk.make_workspace("三郎の会社", owner=saburo)
    return Cast(workspace, hanako, taro, other, saburo)
