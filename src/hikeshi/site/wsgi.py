"""The WSGI application, for waitress here and for any server when hosted."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hikeshi.site.settings")
application = get_wsgi_application()
