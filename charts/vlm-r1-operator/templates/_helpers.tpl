{{- define "vlmr1.name" -}}
vlm-r1-operator{{/* workers' NetworkPolicy lets pods with this name ask for progress */}}
{{- end -}}

{{- define "vlmr1.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "vlmr1.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "vlmr1.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "vlmr1.selector" -}}
app.kubernetes.io/name: {{ include "vlmr1.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "vlmr1.labels" -}}
{{ include "vlmr1.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: vlm-r1
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "vlmr1.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "vlmr1.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name: absent; name an existing one, or set serviceAccount.create" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "vlmr1.image" -}}
{{- printf "%s:%s" .image.repository (default .appVersion .image.tag) -}}
{{- end -}}

{{/* What the operator does in a namespace whose GrpoJobs it runs; each verb is used by its code. */}}
{{- define "vlmr1.rules" -}}
- apiGroups: [training.vlmr1.io]
  resources: [grpojobs]
  verbs: [list, watch, delete] # delete: spec.ttlSecondsAfterFinished
- apiGroups: [training.vlmr1.io]
  resources: [grpojobs/status]
  verbs: [patch]
- apiGroups: [batch]
  resources: [jobs] # attempts and evaluations
  verbs: [get, list, watch, create, delete]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [list, watch, create, patch]
- apiGroups: [""]
  resources: [services]
  verbs: [list, watch, create, patch, delete] # delete: spec.serving was removed
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [apps]
  resources: [deployments] # spec.serving
  verbs: [list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [persistentvolumeclaims] # made once, never changed
  verbs: [get, create]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch, delete] # delete: pods that a dead node holds on to
- apiGroups: [""]
  resources: [pods/log] # the last words of the pod that failed first
  verbs: [get]
{{- if .Values.gang.volcano }}
- apiGroups: [scheduling.volcano.sh]
  resources: [podgroups]
  verbs: [create, patch] # server-side apply
{{- end }}
{{- if .Values.gang.schedulerPlugins }}
- apiGroups: [scheduling.x-k8s.io]
  resources: [podgroups]
  verbs: [create, patch]
{{- end }}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end -}}
