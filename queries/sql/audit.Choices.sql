SELECT arraySort(groupUniqArray(1000)(account)), arraySort(groupUniqArray(1000)(toString(action))) FROM audit_trail
