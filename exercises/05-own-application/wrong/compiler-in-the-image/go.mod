module quay

go 1.24
