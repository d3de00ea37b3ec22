# The program as a user without rights on a root that may be read-only; all it writes is in /data.
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
RUN python -m venv /opt/halokop
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock /src/
RUN /opt/halokop/bin/pip install --quiet --require-hashes -r /src/requirements.lock
COPY . /src
RUN /opt/halokop/bin/pip install --quiet --no-deps /src

FROM ${BASE}
COPY --from=build /opt/halokop /opt/halokop
RUN mkdir /data && chown 10001:10001 /data
ENV PATH=/opt/halokop/bin:/usr/local/bin:/usr/bin:/bin HALOKOP_CONFIG=/data/halokop.toml HOME=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=5m --timeout=30s --start-period=5m CMD ["halokop", "health"]
ENTRYPOINT ["halokop"]
CMD ["run"]
