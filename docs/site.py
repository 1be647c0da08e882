"""Hooks of MkDocs: the documentation links to files of the repository as on GitHub, and the site has some of them as pages."""

import posixpath
import re

from mkdocs.structure.files import File

# Pages of the site that are outside of docs/, by their path in the repository.
ELSEWHERE = [
    "CHANGELOG.md",
    "charts/README.md",
    "charts/gha-runner-scale-set-controller/README.md",
    "charts/gha-runner-scale-set/README.md",
]
LINK = re.compile(r"(\]\()([^)\s:#]+)((?:#[^)\s]*)?\))")


def on_files(files, config):
    root = posixpath.dirname(config.config_file_path)
    for path in ELSEWHERE:
        files.append(File.generated(config, path, abs_src_path=posixpath.join(root, path)))
    return files


def on_page_markdown(markdown, page, config, files):
    source = page.file.src_uri
    here = source if source in ELSEWHERE else "docs/" + source

    def rewrite(link):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(here), link[2]))
        if target.startswith("docs/"):
            target = target.removeprefix("docs/")
        elif target not in ELSEWHERE:
            return f"{link[1]}{config.repo_url}/blob/main/{target}{link[3]}"
        return link[1] + posixpath.relpath(target, posixpath.dirname(source) or ".") + link[3]

    return LINK.sub(rewrite, markdown)
