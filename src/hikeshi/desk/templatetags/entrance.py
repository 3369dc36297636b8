"""What the sign-in page must know of the installation: has anybody a name and a password here yet?"""

from django import template

from hikeshi.desk.models import Person

register = template.Library()


@register.simple_tag
def who_can_sign_in() -> str:
    """ "nobody" was here yet · "provisional": somebody began in an emergency, without a name · "somebody"."""
    if Person.objects.filter(provisional=False).exists():
        return "somebody"
    return "provisional" if Person.objects.exists() else "nobody"
