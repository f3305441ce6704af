"""A Slurm cluster of one node on the loopback interface, made of Debian's packages."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "srun", "scancel")
INSTALL = "apt-get install -y --no-install-recommends slurm-wlm slurmctld slurmd slurm-client munge"
CONFIGURATION = Path("/etc/slurm/slurm.conf")  # srun inside of a job looks nowhere else
SETTINGS = """\
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmctldPort=6817
SlurmdPort=6818
StateSaveLocation={folder}/slurmctld
SlurmdSpoolDir={folder}/slurmd
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
MpiDefault=none
SwitchType=switch/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/finished.log
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=5,batch_sched_delay=0,sched_min_interval=0
ReturnToService=2
InactiveLimit=0
KillWait=5
MinJobAge=3600
EnforcePartLimits=ALL
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=UNLIMITED State=UP
"""


class Cluster:
    """Daemons whose state, logs and process numbers lie in one folder; root only."""

    def __init__(self, folder: Path):
        self.folder = folder

    @staticmethod
    def why_not() -> str:
        """Return why no cluster can be started here, or nothing."""
        missing = [name for name in PROGRAMS if not shutil.which(name)]
        if missing:
            return f"no {', '.join(missing)}: {INSTALL}"
        if os.geteuid() != 0:
            return "Slurm's daemons are started by root"
        if CONFIGURATION.exists() and not CONFIGURATION.is_symlink():
            return f"{CONFIGURATION} belongs to another cluster"
        return ""

    def start(self) -> None:
        for name in ("slurmctld", "slurmd"):
            (self.folder / name).mkdir(parents=True)
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        values = {"host": socket.gethostname().split(".")[0], "folder": self.folder}
        values |= {"cpus": os.cpu_count(), "memory": int(0.9 * memory)}
        (self.folder / "slurm.conf").write_text(SETTINGS.format(**values))
        CONFIGURATION.parent.mkdir(parents=True, exist_ok=True)
        CONFIGURATION.unlink(missing_ok=True)
        CONFIGURATION.symlink_to(self.folder / "slurm.conf")
        Path("/run/munge").mkdir(mode=0o755, exist_ok=True)
        files = {"key": "munge.key", "pid": "munged.pid", "log": "munged.log", "seed": "munge.seed"}
        self._run("munged", *(f"--{k}-file={self.folder / v}" for k, v in files.items()), "--force")
        self._run("slurmctld")
        self._run("slurmd")
        self._wait_until_idle()

    def stop(self) -> None:
        for name in ("slurmd", "slurmctld", "munged"):
            self._stop(name)
        CONFIGURATION.unlink(missing_ok=True)

    def restart_slurmd(self) -> None:
        """Kill the daemon of the node without a warning, and start it again."""
        self._stop("slurmd", signal="KILL")
        self._run("slurmd")

    def running(self) -> list[str]:
        """Return the numbers of the jobs that run now."""
        return self._run("squeue", "--noheader", "--states=RUNNING", "--format=%A").split()

    def processes(self, job: str) -> list[int]:
        """Return the processes that a job has started, from their environments."""
        found = []
        for environment in Path("/proc").glob("[0-9]*/environ"):
            try:
                if f"SLURM_JOB_ID={job}".encode() in environment.read_bytes().split(b"\0"):
                    found.append(int(environment.parent.name))
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return found

    def finished(self) -> dict[str, str]:
        """Return the states of the finished jobs by their numbers."""
        log = self.folder / "finished.log"
        lines = log.read_text().splitlines() if log.exists() else []
        records = [dict(p.split("=", 1) for p in line.split() if "=" in p) for line in lines]
        return {record["JobId"]: record["JobState"] for record in records}

    def _run(self, *command: str, check: bool = True) -> str:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout

    def _stop(self, name: str, signal: str = "TERM") -> None:
        try:
            number = (self.folder / f"{name}.pid").read_text().strip()
        except FileNotFoundError:
            return
        self._run("kill", f"-{signal}", number, check=False)
        for _ in range(100):
            if not Path(f"/proc/{number}").exists():
                return
            time.sleep(0.1)
        raise RuntimeError(f"{name} (process {number}) does not stop")

    def _wait_until_idle(self) -> None:
        for _ in range(100):
            if "idle" in self._run("sinfo", "--noheader", "--format=%T", check=False):
                return
            time.sleep(0.2)
        raise RuntimeError(f"the node does not come up, see {self.folder}/slurmctld.log")
