# One image for every process of the Procfile: `chapterwatch run`, `web`, `worker`, `migrate`.
FROM python:3.12-slim
WORKDIR /chapterwatch
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY config config
COPY database database
COPY manual manual
COPY subscriptions subscriptions
COPY digests digests
COPY bot bot
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && useradd --create-home chapterwatch && mkdir var && chown chapterwatch var
USER chapterwatch
VOLUME /chapterwatch/var
ENV CHAPTERWATCH_LOG_FORMAT=json
ENTRYPOINT [".venv/bin/chapterwatch"]
CMD ["run"]
