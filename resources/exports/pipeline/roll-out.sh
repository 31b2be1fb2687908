#!/bin/sh
# Builds the image of the version that was let through, pushes it, and lets a cluster run it by its digest.
# $1: the folder that the deploy step wrote.
#
# GALLEY_MODEL_IMAGE            where the image goes, without a tag: registry.example.com/price
# GALLEY_IMAGE_TAG              its tag
# GALLEY_REGISTRY_USER, GALLEY_REGISTRY_PASSWORD   log in to that registry; without them who runs this is logged in
# GALLEY_ROLLOUT_DEPLOYMENT     the Deployment whose container gets the image; without it nothing is rolled out
# GALLEY_ROLLOUT_CONTAINER      the container (the name of the Deployment)
# GALLEY_ROLLOUT_NAMESPACE      its namespace (default)
# GALLEY_KUBECONFIG             text of a kubeconfig that may change that Deployment; without it kubectl's own
set -eu

package="${1:?the folder that the deploy step wrote}/package"
if [ ! -f "$package/Dockerfile" ]; then
  echo "No version was let through: there is nothing to roll out."
  exit 0
fi
if [ -z "${GALLEY_MODEL_IMAGE:-}" ]; then
  echo "GALLEY_MODEL_IMAGE is not set: no image is built. The package stays among the files of the step."
  exit 0
fi

private="$(mktemp -d)"
trap 'rm -rf "$private"' EXIT

if [ -n "${GALLEY_REGISTRY_USER:-}" ]; then
  printf %s "${GALLEY_REGISTRY_PASSWORD:-}" |
    docker login --username "$GALLEY_REGISTRY_USER" --password-stdin "${GALLEY_MODEL_IMAGE%%/*}"
fi
tagged="$GALLEY_MODEL_IMAGE:${GALLEY_IMAGE_TAG:?the tag of the image}"
docker build --tag "$tagged" "$package"
docker push --quiet "$tagged"
image="$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$tagged" | grep --fixed-strings "$GALLEY_MODEL_IMAGE@" | head -n 1)"
if [ -z "$image" ]; then
  echo "The registry told no digest: nothing is rolled out." >&2
  exit 1
fi
echo "Pushed $image"

if [ -z "${GALLEY_ROLLOUT_DEPLOYMENT:-}" ]; then
  echo "GALLEY_ROLLOUT_DEPLOYMENT is not set: nothing is rolled out."
  exit 0
fi
if [ -n "${GALLEY_KUBECONFIG:-}" ]; then
  (umask 077 && printf '%s\n' "$GALLEY_KUBECONFIG" > "$private/kubeconfig")
  export KUBECONFIG="$private/kubeconfig"
fi
namespace="${GALLEY_ROLLOUT_NAMESPACE:-default}"
container="${GALLEY_ROLLOUT_CONTAINER:-$GALLEY_ROLLOUT_DEPLOYMENT}"
kubectl --namespace "$namespace" set image "deployment/$GALLEY_ROLLOUT_DEPLOYMENT" "$container=$image"
if ! kubectl --namespace "$namespace" rollout status --timeout=10m "deployment/$GALLEY_ROLLOUT_DEPLOYMENT"; then
  kubectl --namespace "$namespace" rollout undo "deployment/$GALLEY_ROLLOUT_DEPLOYMENT"
  echo "The new image did not come up: the one before is back." >&2
  exit 1
fi
