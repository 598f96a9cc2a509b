#!/bin/sh
# First process of a user-mode Linux whose root is this machine's file system, read-only. The kernel's command line names
# the directory that is shared with the test: it holds what to run, and gets its output and its exit code.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs run /run
for word in $(cat /proc/cmdline); do
  case $word in culvert.shared=*) shared=${word#*=} ;; esac
done
mkdir -p /run/shared /run/tmp
mount -t hostfs -o "$shared" shared /run/shared
# Its modules lie where modprobe looks only when told.
mkdir -p /run/modules/lib /dev/net
ln -s /usr/lib/uml/modules /run/modules/lib/modules
for module in tun veth bridge dummy ipv6 sch_ingress sch_netem cls_bpf act_mirred \
  iptable_filter iptable_nat xt_MASQUERADE xt_conntrack nf_conntrack_netlink xfrm_user esp4; do
  modprobe -d /run/modules "$module"
done 2>/run/shared/modules.log
[ -c /dev/net/tun ] || mknod /dev/net/tun c 10 200
ip link set lo up
cd /run/tmp
sh /run/shared/command >/run/shared/output 2>&1
echo $? >/run/shared/exit-code
sync
poweroff -f
