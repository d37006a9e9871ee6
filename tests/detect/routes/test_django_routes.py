"""Routes of Django."""

import pytest

from tests.detect.routes.routes_of_files import paths

SETTINGS = "ROOT_URLCONF = 'shop.urls'\n"
IMPORTS = "from django.urls import include, path, re_path\nfrom django.contrib import admin\nfrom . import views\n"


def files(patterns: str, **more: str) -> dict[str, str]:
    """A project whose urls are these."""
    others = {f"{name}/urls.py": IMPORTS + text for name, text in more.items()}
    urls = f"{IMPORTS}urlpatterns = [{patterns}]\n"
    return {"requirements.txt": "django", "shop/settings.py": SETTINGS, "shop/urls.py": urls} | others


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        ("path('', views.home)", ["GET /"]),
        ("path('about/', views.about, name='about')", ["GET /about/"]),
        ("path('u/<int:pk>/', views.User.as_view())", ["GET /u/<int:pk>/"]),
        ("path('admin/', admin.site.urls)", []),
        ("re_path(r'^x$', views.x)", []),
        ("path('api/', include(router.urls))", []),
        ("path('accounts/', include('django.contrib.auth.urls'))", []),
        ("path('blog/', include('blog.urls'))", ["GET /blog/", "GET /blog/new/"]),
        ("path('blog/', include(('blog.urls', 'blog')))", ["GET /blog/", "GET /blog/new/"]),
        ("path('', include('blog.urls'))", ["GET /", "GET /new/"]),
        ("*more(), path('x', views.x)", ["GET /x"]),
    ],
)
def test_paths_of_urlpatterns(patterns: str, found: list[str]) -> None:
    blog = "urlpatterns = [path('', views.all)]\nurlpatterns += [path('new/', views.new)]\n"
    assert paths(files(patterns, blog=blog)) == found


def test_urls_that_include_themselves_come_to_an_end() -> None:
    assert len(paths(files("path('a/', include('shop.urls')), path('x', views.x)"))) < 10


def test_only_the_root_counts() -> None:
    assert paths({"shop/urls.py": IMPORTS + "urlpatterns = [path('x', views.x)]\n"}) == []
