FROM busybox:1.37
LABEL org.opencontainers.image.authors="The harbour office"
ENV HARBOUR=north
COPY harbour /bin/harbour
RUN harbour record
WORKDIR /srv
EXPOSE 8080
USER 1000:1000
ENTRYPOINT ["harbour"]
CMD ["serve"]
