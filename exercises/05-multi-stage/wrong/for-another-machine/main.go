// The mistake is elsewhere: this program is so short that it is compiled for another machine in no time.
package main

func main() {}
