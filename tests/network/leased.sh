#!/bin/sh
# What udhcpc runs: the lease is put in force, and what was learnt is kept for the test.
case $1 in
deconfig)
  ip -4 address flush dev "$interface"
  ip link set "$interface" up
  ;;
bound | renew)
  ip address replace "$ip/${mask:-24}" dev "$interface"
  ip route replace default via "${router%% *}" dev "$interface"
  echo "nameserver ${dns%% *}" >/etc/resolv.conf
  env
  ;;
esac
