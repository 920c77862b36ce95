FROM busybox:1.37
RUN mkdir -p /srv/shop && cd /srv/shop && \
    echo "<h1>The fish shop</h1>" > index.html && \
    printf '%s\n' "herring   4" "lobster  38" "mussels   6" > prices.txt && \
    echo "10.0.0.9 GET /prices.txt" > access.log && \
    echo "orders of today:" > orders.txt
# The shop notes when it opens, and serves its pages.
CMD ["sh", "-c", "echo opened >> /srv/shop/orders.txt; exec httpd -f -p 8080 -h /srv/shop"]
