#!/bin/sh
# Slurm on this machine alone, to try a job array without a cluster: two nodes of one processor on
# the loopback, started as root, stopped again with "loopback.sh stop". Debian: apt-get install
# slurmctld slurmd slurm-client munge
#
# usage: ./loopback.sh FOLDER        starts it; then: export SLURM_CONF=FOLDER/slurm.conf
#        ./loopback.sh stop FOLDER
set -eu
stop() {
    for name in slurmd-one slurmd-two slurmctld munged; do
        [ ! -f "$1/$name.pid" ] || kill "$(cat "$1/$name.pid")" 2>/dev/null || true
    done
}
if [ "$1" = stop ]; then
    stop "$(realpath "$2")"
    exit 0
fi
folder=$(realpath "$1")
mkdir -p "$folder/state" "$folder/one" "$folder/two"
host=$(hostname -s)
[ -f "$folder/munge.key" ] || head -c 1024 /dev/urandom >"$folder/munge.key"
chmod 0400 "$folder/munge.key"
chmod 0755 "$folder"
munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/munge.seed"
cat >"$folder/slurm.conf" <<C
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CryptoType=crypto/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
StateSaveLocation=$folder/state
SlurmctldPidFile=$folder/slurmctld.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmctldPort=26817
SlurmdSpoolDir=$folder/%n
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmdLogFile=$folder/slurmd-%n.log
NodeName=one NodeHostname=$host NodeAddr=127.0.0.1 Port=26818 CPUs=1 State=UNKNOWN
NodeName=two NodeHostname=$host NodeAddr=127.0.0.1 Port=26819 CPUs=1 State=UNKNOWN
PartitionName=all Nodes=one,two Default=YES MaxTime=INFINITE State=UP
C
export SLURM_CONF="$folder/slurm.conf"
slurmctld
slurmd -N one
slurmd -N two
echo "SLURM_CONF=$SLURM_CONF"
