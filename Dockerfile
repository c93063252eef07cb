# Two images, both run by an ordinary user:
#
#   docker build -t truegrade .                                     the command, with its pinned dependencies
#   docker run --rm truegrade math --reference 1/2 --response '\boxed{0.5}'
#
#   docker build --target sandbox -t truegrade-sandbox .            what programs run in (`--sandbox docker`)
#
# BASE is any Debian-like image with apt-get; it gets Python 3.11 or newer from its own packages. PACKAGES are more
# of Debian's that programs may import, "python3-numpy" say. Any image with CPython 3.8 or later serves as a sandbox.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS sandbox
ARG PACKAGES=""
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 ${PACKAGES} \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --no-create-home --shell /usr/sbin/nologin --uid 10001 program
USER program
ENTRYPOINT ["python3"]

FROM ${BASE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY requirements requirements
RUN python3 -m venv /opt/truegrade \
    && /opt/truegrade/bin/pip install --no-cache-dir --require-hashes -r requirements/run.lock
COPY pyproject.toml README.md LICENSE ./
COPY verifiers verifiers
COPY sandboxes sandboxes
RUN /opt/truegrade/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /opt/truegrade/bin/pip uninstall -y hatchling editables

FROM ${BASE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 verify
COPY --from=build /opt/truegrade /opt/truegrade
ENV PATH=/opt/truegrade/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER verify
WORKDIR /home/verify
ENTRYPOINT ["verify"]
