#!/bin/sh
# In: a folder. Out: the real servers of the tests, unpacked in it: no root, no service.
# Where they cannot be had it says so and ends well: their tests are skipped by name.
set -eu

# wrk, the load of the benchmarks, comes with its one library; vmagent is in
# victoria-metrics.
PACKAGES="prometheus prometheus-alertmanager prometheus-blackbox-exporter \
victoria-metrics wrk libluajit-5.1-2"
folder=$1
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

give_up() {
  echo "no real servers for the tests: $1" >&2
  exit 0
}

# Lists of our own: those of the system may be missing, and only root may renew them.
own_apt() {
  apt-get --quiet --quiet \
    -o Dir::State="$folder/apt/state" -o Dir::Cache="$folder/apt/cache" \
    -o Dir::State::status=/var/lib/dpkg/status -o APT::Sandbox::User= "$@"
}

command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
  give_up "there is no apt-get here"
mkdir -p "$folder/apt/state/lists/partial" "$folder/apt/cache/archives/partial"
cd "$folder"
echo "fetching $PACKAGES for the tests ..."
own_apt update || give_up "apt-get update failed"
missing=
for package in $PACKAGES; do
  own_apt download "$package" || missing="$missing $package"
done
ls ./*.deb >/dev/null 2>&1 || give_up "none of $PACKAGES could be fetched"
for package in ./*.deb; do
  dpkg-deb --extract "$package" . || give_up "$package cannot be unpacked"
done
rm -rf ./*.deb apt
# The loader does not look here by itself.
if [ -e usr/bin/wrk ]; then
  mv usr/bin/wrk usr/lib/wrk
  cat >usr/bin/wrk <<'EOF'
#!/bin/sh
usr=$(dirname "$0")/..
LD_LIBRARY_PATH=$(dirname "$(find "$usr/lib" -name 'libluajit-*.so.*' | head -n 1)")
export LD_LIBRARY_PATH
exec "$usr/lib/wrk" "$@"
EOF
  chmod +x usr/bin/wrk
fi
# Debian's Alertmanager has its templates below /usr, where only root could put them: a
# relative path of the same length, from here on, leads to those unpacked here.
if [ -e usr/bin/prometheus-alertmanager ]; then
  mkdir -p usr/lib
  mv usr/bin/prometheus-alertmanager usr/lib/prometheus-alertmanager
  LC_ALL=C sed -i \
    's#/usr/share/prometheus/alertmanager#usr//share/prometheus/alertmanager#g' \
    usr/lib/prometheus-alertmanager
  cat >usr/bin/prometheus-alertmanager <<'EOF'
#!/bin/sh
# Paths that it is given must be absolute.
cd "$(dirname "$0")/../.." || exit 1
exec usr/lib/prometheus-alertmanager "$@"
EOF
  chmod +x usr/bin/prometheus-alertmanager
fi
[ -z "$missing" ] || give_up "these could not be fetched:$missing"
touch .done
